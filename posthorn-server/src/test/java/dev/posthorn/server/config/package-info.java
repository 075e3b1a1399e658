@NullMarked
package dev.posthorn.server.config;

import org.jspecify.annotations.NullMarked;
