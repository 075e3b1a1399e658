/** The demo. */
@NullMarked
package dev.posthorn.server.cli.demo;

import org.jspecify.annotations.NullMarked;
