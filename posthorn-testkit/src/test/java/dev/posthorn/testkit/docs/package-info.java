/** Tests of the documents: their code and their links. */
@NullMarked
package dev.posthorn.testkit.docs;

import org.jspecify.annotations.NullMarked;
