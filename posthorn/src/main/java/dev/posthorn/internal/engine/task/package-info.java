/** Background tasks, replays, broadcasts, polling and tests of an endpoint. */
@NullMarked
package dev.posthorn.internal.engine.task;

import org.jspecify.annotations.NullMarked;
