/** Commands for developers: send, listen, verify, replay. */
@NullMarked
package dev.posthorn.server.cli.command;

import org.jspecify.annotations.NullMarked;
