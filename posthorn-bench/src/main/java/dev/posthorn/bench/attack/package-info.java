/** Latency for another tenant while the server is under attack, measured over HTTP. */
@NullMarked
package dev.posthorn.bench.attack;

import org.jspecify.annotations.NullMarked;
