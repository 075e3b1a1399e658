/** The health of a server process: its figures over time, and the alerts that follow from them. */
@NullMarked
package dev.posthorn.server.health;

import org.jspecify.annotations.NullMarked;
