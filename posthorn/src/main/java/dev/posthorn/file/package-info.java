/** Files and folders of the machine: who may read them, whether they last, why they fail. */
@NullMarked
package dev.posthorn.file;

import org.jspecify.annotations.NullMarked;
