package dev.posthorn.internal.crypto;

import static dev.posthorn.internal.crypto.ClientCertificateTest.pem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
  @Test
  void authoritiesMayHaveTheUsualKeys() {
    String usual = pem("rsa-certificate") + pem("ec-certificate") + pem("p384-certificate");
    assertThat(Certificates.readAuthorities(usual)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-1024-certificate, 'RSA, 1024 bits'",
    "rsa-4112-certificate, 'RSA, 4112 bits'",
    "ed25519-certificate, EdDSA",
  })
  void otherKeysAreRefusedWithTheRemedy(String name, String kind) {
    assertThatThrownBy(() -> Certificates.readAuthorities(pem("ec-certificate") + pem(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(kind)
        .hasMessageContaining("use authorities with RSA of 2048 to 4096 bits, P-256 or P-384");
  }

  @Test
  void anEndpointHasAFewOfThem() {
    assertThat(Certificates.readAuthorities(pem("ec-certificate").repeat(10))).hasSize(10);
    assertThatThrownBy(() -> Certificates.readAuthorities(pem("ec-certificate").repeat(11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 11 certificates")
        .hasMessageContaining("at most 10");
  }
}
