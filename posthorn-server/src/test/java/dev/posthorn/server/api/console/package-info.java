/** Tests of what only the console needs of the API. */
@NullMarked
package dev.posthorn.server.api.console;

import org.jspecify.annotations.NullMarked;
