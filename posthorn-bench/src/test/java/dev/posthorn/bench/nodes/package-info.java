@NullMarked
package dev.posthorn.bench.nodes;

import org.jspecify.annotations.NullMarked;
