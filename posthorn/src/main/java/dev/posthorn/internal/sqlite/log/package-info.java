/** The write-ahead log and its checkpoints. */
@NullMarked
package dev.posthorn.internal.sqlite.log;

import org.jspecify.annotations.NullMarked;
