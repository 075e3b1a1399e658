package dev.posthorn.spi.store;

import java.util.List;

/**
 * An endpoint with its secrets.
 *
 * @param row the endpoint
 * @param secrets its secrets, by slot
 */
public record StoredEndpoint(EndpointRow row, List<SecretRow> secrets) {}
