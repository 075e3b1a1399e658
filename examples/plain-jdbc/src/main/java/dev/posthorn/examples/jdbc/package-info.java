/** A program that sends webhooks in its own JDBC transactions. */
package dev.posthorn.examples.jdbc;
