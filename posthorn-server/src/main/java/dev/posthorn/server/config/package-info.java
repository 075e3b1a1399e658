/** The server's settings: what there is, where a value comes from, and what it means. */
@NullMarked
package dev.posthorn.server.config;

import org.jspecify.annotations.NullMarked;
