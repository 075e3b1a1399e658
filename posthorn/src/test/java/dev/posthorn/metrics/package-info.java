@NullMarked
package dev.posthorn.metrics;

import org.jspecify.annotations.NullMarked;
