package dev.posthorn.server.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.server.ApiClient;
import dev.posthorn.server.ServerFixture;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The code that the portal shows verifies what it must, and nothing else. Languages without an
 * interpreter on this machine are skipped.
 */
class PortalCodeTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String BODY = "{\"test\": 2432232314, \"name\": \"Zoë\"}";

  /** The key, id, time, body and signature of the specification's own example. */
  private static final String VECTOR = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @TempDir private Path folder;

  private static String code(String language) {
    ApiClient nobody = SERVER.client("");
    return nobody.get("/portal/verify." + language).expect(200).text();
  }

  /** A request, and whether it is genuine. */
  private record Case(String id, String timestamp, String signatures, String body, boolean good) {}

  private static String signature(String id, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] content = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Case> cases() {
    String now = String.valueOf(Instant.now().getEpochSecond());
    String old = String.valueOf(Instant.now().getEpochSecond() - 400);
    String right = signature("msg_1", now, BODY);
    return List.of(
        new Case("msg_1", now, right, BODY, true),
        new Case("msg_1", now, "v1a,AAAA v1,AAAA " + right, BODY, true),
        new Case("msg_1", now, right, BODY + " ", false),
        new Case("msg_2", now, right, BODY, false),
        new Case("msg_1", now, right.replace("v1,", "v2,"), BODY, false),
        new Case("msg_1", now, "v1,AAAA", BODY, false),
        new Case("msg_1", old, signature("msg_1", old, BODY), BODY, false));
  }

  @Test
  void theCasesFollowTheSpecification() {
    assertThat(signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"))
        .isEqualTo(VECTOR);
  }

  /** A program that reads the cases as environment variables, and prints 1 or 0 for each. */
  private static final Map<String, String> MAINS =
      Map.of(
          "py",
          """

          import os
          for i in range(int(os.environ["CASES"])):
              of = lambda name: os.environ[f"C{i}_{name}"]
              headers = {"webhook-id": of("ID"), "webhook-timestamp": of("TIME"), "webhook-signature": of("SIGS")}
              print(int(verify(os.environ["SECRET"], headers, base64.b64decode(of("BODY")))))
          """,
          "js",
          """

          for (let i = 0; i < Number(process.env.CASES); i++) {
            const of = name => process.env[`C${i}_${name}`];
            const headers = {'webhook-id': of('ID'), 'webhook-timestamp': of('TIME'), 'webhook-signature': of('SIGS')};
            console.log(Number(verify(process.env.SECRET, headers, Buffer.from(of('BODY'), 'base64'))));
          }
          """,
          "rb",
          """

          Integer(ENV['CASES']).times do |i|
            of = ->(name) { ENV["C#{i}_#{name}"] }
            headers = { 'webhook-id' => of['ID'], 'webhook-timestamp' => of['TIME'], 'webhook-signature' => of['SIGS'] }
            puts verify(ENV['SECRET'], headers, of['BODY'].unpack1('m')) ? 1 : 0
          end
          """,
          "php",
          """

          for ($i = 0; $i < (int) getenv('CASES'); $i++) {
              $of = fn($name) => getenv("C{$i}_$name");
              $headers = ['webhook-id' => $of('ID'), 'webhook-timestamp' => $of('TIME'), 'webhook-signature' => $of('SIGS')];
              echo (int) verify(getenv('SECRET'), $headers, base64_decode($of('BODY'))), "\\n";
          }
          """,
          "go",
          """

          func main() {
          	n, _ := strconv.Atoi(os.Getenv("CASES"))
          	for i := 0; i < n; i++ {
          		of := func(name string) string { return os.Getenv("C" + strconv.Itoa(i) + "_" + name) }
          		header := http.Header{}
          		header.Set("webhook-id", of("ID"))
          		header.Set("webhook-timestamp", of("TIME"))
          		header.Set("webhook-signature", of("SIGS"))
          		body, _ := base64.StdEncoding.DecodeString(of("BODY"))
          		if Verify(os.Getenv("SECRET"), header, body) {
          			println(1)
          		} else {
          			println(0)
          		}
          	}
          }
          """);

  @ParameterizedTest
  @CsvSource({"py, python3", "js, node", "rb, ruby", "php, php", "go, go run"})
  void otherLanguagesVerify(String language, String interpreter) throws Exception {
    List<String> command = new ArrayList<>(List.of(interpreter.split(" ", -1)));
    assumeTrue(isThere(command.getFirst()), "there is no " + command.getFirst());
    String text = code(language);
    if (language.equals("go")) {
      text =
          text.replace("package webhooks", "package main")
              .replace("\t\"net/http\"\n", "\t\"net/http\"\n\t\"os\"\n");
    }
    Path file = folder.resolve("main." + language);
    Files.writeString(file, text + MAINS.get(language));
    command.add(file.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment(cases()));
    Path out = folder.resolve("out");
    Process process = builder.redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out).lines().toList())
        .isEqualTo(cases().stream().map(one -> one.good() ? "1" : "0").toList());
  }

  private static Map<String, String> environment(List<Case> cases) {
    Map<String, String> all = new HashMap<>();
    all.put("SECRET", SECRET);
    all.put("CASES", String.valueOf(cases.size()));
    for (int i = 0; i < cases.size(); i++) {
      Case one = cases.get(i);
      all.put("C" + i + "_ID", one.id());
      all.put("C" + i + "_TIME", one.timestamp());
      all.put("C" + i + "_SIGS", one.signatures());
      all.put(
          "C" + i + "_BODY",
          Base64.getEncoder().encodeToString(one.body().getBytes(StandardCharsets.UTF_8)));
    }
    return all;
  }

  private static boolean isThere(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":", -1))
        .anyMatch(part -> Files.isExecutable(Path.of(part, program)));
  }

  @Test
  void javaVerifies() throws Exception {
    Path file = folder.resolve("Webhooks.java");
    Files.writeString(file, code("java"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), "-Xlint:all", file.toString());
    assertThat(result).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      var verify =
          loader
              .loadClass("Webhooks")
              .getDeclaredMethod(
                  "verify", String.class, String.class, String.class, String.class, byte[].class);
      verify.setAccessible(true);
      for (Case one : cases()) {
        Object said =
            verify.invoke(
                null,
                SECRET,
                one.id(),
                one.timestamp(),
                one.signatures(),
                one.body().getBytes(StandardCharsets.UTF_8));
        assertThat(said).as(one.toString()).isEqualTo(one.good());
      }
    }
  }

  @Test
  void noOtherFileIsServed() {
    ApiClient nobody = SERVER.client("");
    for (String name : new String[] {"verify.rs", "verify-py.txt", "en.json", "..%2Fverify.py"}) {
      nobody.get("/portal/" + name).expect(404);
    }
  }
}
