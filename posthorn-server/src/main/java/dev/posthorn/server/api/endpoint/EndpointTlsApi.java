package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.engine.registry.EndpointTls;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.transport.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * TLS settings of an endpoint: its client certificate, and the CAs that it trusts. Private keys can
 * be set but are never shown.
 */
public final class EndpointTlsApi {
  private static final String ONE = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";

  private final ApiSupport api;

  public EndpointTlsApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Endpoint");
    return List.of(
        operations
            .get(
                ONE + "/mtls",
                "v1.endpoint.get-mtls",
                "Returns the endpoint's client certificate; 404 if it has none.")
            .returns(200, "EndpointMtlsConfigOut")
            .to(APPLICATION, this::certificate),
        operations
            .put(
                ONE + "/mtls",
                "v1.endpoint.set-mtls-config",
                "Sets the endpoint's client certificate.")
            .accepts("EndpointMtlsConfigIn")
            .returns(204, null)
            .to(APPLICATION, this::setCertificate),
        operations
            .delete(
                ONE + "/mtls",
                "v1.endpoint.delete-mtls-config",
                "Removes the endpoint's client certificate.")
            .returns(204, null)
            .to(APPLICATION, call -> saved(tls().setClientCertificate(id(call), null))),
        operations
            .get(
                ONE + "/mtls-config",
                "v1.endpoint.get-mtls-2",
                "Reports whether the endpoint has a client certificate.")
            .returns(200, "EndpointMtlsOut")
            .to(APPLICATION, this::status),
        operations
            .get(
                ONE + "/ca",
                "v1.endpoint.get-server-ca",
                "Returns the CA certificates that the endpoint trusts.")
            .returns(200, "EndpointServerCaOut")
            .to(APPLICATION, this::ca),
        operations
            .put(
                ONE + "/ca",
                "v1.endpoint.set-server-ca",
                "Sets the only CA certificates to trust for the endpoint.")
            .accepts("EndpointServerCaIn")
            .returns(204, null)
            .to(APPLICATION, this::setCa));
  }

  private long id(Call call) {
    return api.endpoint(call, api.application(call)).id();
  }

  private EndpointTls tls() {
    return api.engine().endpointTls();
  }

  private @Nullable X509Certificate shown(Call call) {
    TlsIdentity identity = tls().of(id(call));
    String pem = identity.clientCertificate();
    return pem == null ? null : ClientCertificate.read(pem).chain().get(0);
  }

  private Answer certificate(Call call) {
    X509Certificate certificate = shown(call);
    if (certificate == null) {
      throw ApiError.notFound("endpoint: has no client certificate; set one with PUT");
    }
    return Answer.json(200, json -> write(json, certificate));
  }

  private Answer status(Call call) {
    X509Certificate certificate = shown(call);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeBooleanProperty("enabled", certificate != null);
          json.writeName("config");
          if (certificate == null) {
            json.writeNull();
          } else {
            write(json, certificate);
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, X509Certificate certificate) {
    json.writeStartObject();
    json.writeStringProperty("subject", certificate.getSubjectX500Principal().getName());
    json.writeStringProperty("issuer", certificate.getIssuerX500Principal().getName());
    json.writeStringProperty("notBefore", certificate.getNotBefore().toInstant().toString());
    json.writeStringProperty("notAfter", certificate.getNotAfter().toInstant().toString());
    json.writeStringProperty("sha256", fingerprint(certificate));
    json.writeEndObject();
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }

  private Answer setCertificate(Call call) {
    long endpoint = id(call);
    Fields fields = call.fields();
    String identity = fields.text("identity");
    String pem =
        checked(
            fields,
            "identity",
            () -> {
              ClientCertificate certificate = ClientCertificate.read(identity);
              certificate.check(api.engine().millis());
              return certificate.write();
            });
    return saved(tls().setClientCertificate(endpoint, pem));
  }

  private Answer ca(Call call) {
    String pem = tls().of(id(call)).serverCa();
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("cert", pem);
          json.writeEndObject();
        });
  }

  private Answer setCa(Call call) {
    long endpoint = id(call);
    Fields fields = call.fields();
    String given = fields.textOrNull("cert");
    String pem =
        given == null
            ? null
            : checked(
                fields, "cert", () -> Certificates.write(Certificates.readAuthorities(given)));
    return saved(tls().setServerCa(endpoint, pem));
  }

  private static String checked(Fields fields, String name, Supplier<String> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw fields.invalid(name, String.valueOf(e.getMessage()));
    }
  }

  private Answer saved(CompletableFuture<Void> change) {
    var unused = api.done(change);
    return Answer.empty(204);
  }
}
