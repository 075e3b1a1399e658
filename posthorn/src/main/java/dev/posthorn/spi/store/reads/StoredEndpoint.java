package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.List;

/**
 * An endpoint with its secrets.
 *
 * @param row the endpoint
 * @param secrets its secrets, by slot
 */
public record StoredEndpoint(EndpointRow row, List<SecretRow> secrets) {}
