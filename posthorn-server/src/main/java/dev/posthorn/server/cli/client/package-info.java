/** The client that commands use to call a server. */
@NullMarked
package dev.posthorn.server.cli.client;

import org.jspecify.annotations.NullMarked;
