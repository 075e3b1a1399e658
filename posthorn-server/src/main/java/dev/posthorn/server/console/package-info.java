/** The pages of the console: plain files, served as they are. */
@NullMarked
package dev.posthorn.server.console;

import org.jspecify.annotations.NullMarked;
