/** The library under load, killed with SIGKILL again and again: what is lost, what comes twice. */
@NullMarked
package dev.posthorn.bench.kill;

import org.jspecify.annotations.NullMarked;
