/** Assembles store, transport and scheduler on this machine, and restores backups. */
@NullMarked
package dev.posthorn.internal.runtime;

import org.jspecify.annotations.NullMarked;
