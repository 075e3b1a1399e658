/** Files: who may read them, syncing, and folders for native libraries. */
@NullMarked
package dev.posthorn.internal.file;

import org.jspecify.annotations.NullMarked;
