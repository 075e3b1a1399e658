/** The assembly of a runtime on this machine: a file, the network and threads. */
@NullMarked
package dev.posthorn.runtime;

import org.jspecify.annotations.NullMarked;
