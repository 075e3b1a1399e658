package dev.posthorn.bench.postgresql;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The delivery that a program with a general outbox writes itself: signed, by the JDK's client. */
final class PeerSender implements AutoCloseable {
  private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "HmacSHA256");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;

  PeerSender(int port) {
    this.url = "http://127.0.0.1:" + port + "/hooks/";
  }

  /** Posts a message, and fails unless the answer is 2xx. */
  void post(String id, int endpoint, byte[] body) throws IOException, InterruptedException {
    long seconds = System.currentTimeMillis() / 1_000;
    Mac mac = mac();
    mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII));
    String signature = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + endpoint))
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(seconds))
            .header("webhook-signature", signature)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IOException("the receiver answered " + status);
    }
  }

  private static Mac mac() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(KEY);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
