@NullMarked
package dev.posthorn.server.health;

import org.jspecify.annotations.NullMarked;
