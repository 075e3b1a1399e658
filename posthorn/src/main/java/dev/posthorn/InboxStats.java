package dev.posthorn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the {@link Inbox} at one moment.
 *
 * @param relayed rows whose messages were stored since Posthorn was opened
 * @param refused times that a row was refused since Posthorn was opened, because its application is
 *     unknown, for example
 * @param rejected rows that are not tried any more, until {@link Inbox#retryRejected} or somebody
 *     deletes them; as of the last half minute
 * @param oldest the age of the oldest row at the last look; zero if there was none
 * @param trouble the reason for which the relay cannot work, or null
 */
public record InboxStats(
    long relayed, long refused, long rejected, Duration oldest, @Nullable String trouble) {}
