/** The journal: the only writer of a node, its batches and its clock. */
@NullMarked
package dev.posthorn.internal.engine.journal;

import org.jspecify.annotations.NullMarked;
