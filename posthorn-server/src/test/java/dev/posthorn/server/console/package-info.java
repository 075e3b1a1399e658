/** Tests of the console: its pages in a browser, its sessions and what they show. */
@NullMarked
package dev.posthorn.server.console;

import org.jspecify.annotations.NullMarked;
