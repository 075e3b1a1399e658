/** Operations behind the console: sessions, the audit log and the overview. */
@NullMarked
package dev.posthorn.server.api.console;

import org.jspecify.annotations.NullMarked;
