/** What another tenant gets while the server is attacked, measured over HTTP. */
@NullMarked
package dev.posthorn.bench.attack;

import org.jspecify.annotations.NullMarked;
