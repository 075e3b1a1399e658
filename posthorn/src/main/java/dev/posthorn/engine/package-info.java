/**
 * The engine: from an accepted message to a committed outcome.
 *
 * <p>A message goes {@link dev.posthorn.engine.Router} → {@link dev.posthorn.engine.Journal} →
 * {@link dev.posthorn.engine.Lane} → transport, and its outcome goes back through the journal. The
 * engine touches the world only through clock, scheduler, store and transport, so it also runs in a
 * deterministic simulation. Who owns what: the writer owns ids, the journal's batches and changes
 * of settings; an event loop owns its lanes; nothing is guarded by a lock.
 */
@NullMarked
package dev.posthorn.engine;

import org.jspecify.annotations.NullMarked;
