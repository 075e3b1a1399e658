@NullMarked
package dev.posthorn.server.serve;

import org.jspecify.annotations.NullMarked;
