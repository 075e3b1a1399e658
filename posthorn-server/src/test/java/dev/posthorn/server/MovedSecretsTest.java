package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.registry.Reencryption;
import dev.posthorn.internal.id.IdPrefix;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets in a database that an attacker has modified. */
class MovedSecretsTest {
  private static final int MARK = 4;
  private static final int NONCE = 12;

  @AutoClose private final ServerFixture server = ServerFixture.start();

  private long endpoint;
  private long other;
  private String path = "";
  private String stolen = "";

  /** A modification of the file while no server runs. */
  private interface Edit {
    void of(Connection database) throws SQLException, GeneralSecurityException;
  }

  @BeforeEach
  void twoApplications() {
    String one = server.api().post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String two = server.api().post("/api/v1/app", "{\"name\":\"y\"}").expect(201).id();
    String url = server.receiver().url("/");
    String untouched =
        "{\"url\":\""
            + url
            + "\"}"; // otherwise the key would not fit and the server would not start
    server.api().post("/api/v1/app/" + one + "/endpoint", untouched).expect(201);
    String id =
        server
            .api()
            .post(
                "/api/v1/app/" + one + "/endpoint",
                "{\"url\":\"" + url + "\",\"headers\":{\"X-Key\":\"k\"}}")
            .expect(201)
            .id();
    path = "/api/v1/app/" + one + "/endpoint/" + id;
    stolen = "/api/v1/app/" + two + "/endpoint/" + id;
    endpoint = server.server().engine().publicIds().parse(IdPrefix.ENDPOINT, id).orElseThrow();
    other = server.server().engine().publicIds().parse(IdPrefix.APPLICATION, two).orElseThrow();
  }

  private void restart(Edit edit) {
    server.restart(
        () -> {
          try (Connection database =
              DriverManager.getConnection("jdbc:sqlite:" + server.database())) {
            edit.of(database);
          } catch (SQLException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void move(Connection database) throws SQLException {
    try (PreparedStatement s =
        database.prepareStatement("UPDATE endpoint SET application = ? WHERE id = ?")) {
      s.setLong(1, other);
      s.setLong(2, endpoint);
      assertThat(s.executeUpdate()).isEqualTo(1);
    }
  }

  private void assertNothingOpens() {
    server.api().get(stolen).expect(200);
    for (String secret : List.of("/secret", "/headers")) {
      assertThat(server.api().get(stolen + secret).status()).isEqualTo(500);
    }
    server.api().get(path + "/secret").expect(404);
  }

  @Test
  void areNotReadInAnotherApplication() {
    restart(this::move);
    assertNothingOpens();
  }

  @Test
  void fromBeforeTheyWereBoundAreReadAndThenBound() {
    String secret = server.api().get(path + "/secret").expect(200).text();
    restart(this::unbind);
    assertThat(server.api().get(path + "/secret").expect(200).text()).isEqualTo(secret);
    assertThat(server.api().get(path + "/headers").expect(200).text()).contains("X-Key");
    Reencryption reencryption = server.server().engine().reencryption();
    assertThat(reencryption.outstanding()).containsExactly(endpoint);
    assertThat(reencryption.reseal(List.of(endpoint)).join()).isEqualTo(2);
    assertThat(reencryption.outstanding()).isEmpty();
    restart(this::move);
    assertNothingOpens();
  }

  /** Restores the older format of secrets, without authentication of the application. */
  private void unbind(Connection database) throws SQLException, GeneralSecurityException {
    long environment = number(database, "SELECT environment FROM application WHERE id <> " + other);
    long application = number(database, "SELECT application FROM endpoint WHERE id = " + endpoint);
    try (PreparedStatement read =
            database.prepareStatement("SELECT slot, ciphertext FROM secret WHERE endpoint = ?");
        PreparedStatement write =
            database.prepareStatement(
                "UPDATE secret SET ciphertext = ? WHERE endpoint = ? AND slot = ?")) {
      read.setLong(1, endpoint);
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          int slot = rows.getInt(1);
          byte[] bound = rows.getBytes(2);
          byte[] nonce = Arrays.copyOfRange(bound, MARK, MARK + NONCE);
          byte[] sealed = Arrays.copyOfRange(bound, MARK + NONCE, bound.length);
          byte[] plain =
              run(
                  Cipher.DECRYPT_MODE,
                  nonce,
                  context(28, slot).putLong(environment).putLong(application).putLong(endpoint),
                  sealed);
          byte[] again =
              run(
                  Cipher.ENCRYPT_MODE,
                  nonce,
                  context(20, slot).putLong(environment).putLong(endpoint),
                  plain);
          write.setBytes(
              1, ByteBuffer.allocate(NONCE + again.length).put(nonce).put(again).array());
          write.setLong(2, endpoint);
          write.setInt(3, slot);
          assertThat(write.executeUpdate()).isEqualTo(1);
        }
      }
    }
  }

  private static long number(Connection database, String query) throws SQLException {
    try (PreparedStatement s = database.prepareStatement(query);
        ResultSet row = s.executeQuery()) {
      return row.getLong(1);
    }
  }

  /** Returns the authenticated context, with the slot at its end. */
  private static ByteBuffer context(int size, int slot) {
    return ByteBuffer.allocate(size).putInt(size - Integer.BYTES, slot);
  }

  private static byte[] run(int mode, byte[] nonce, ByteBuffer context, byte[] text)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES"); // the fixture's
    cipher.init(mode, key, new GCMParameterSpec(128, nonce));
    cipher.updateAAD(context.duplicate().clear());
    return cipher.doFinal(text);
  }
}
