package dev.posthorn.internal.engine.task;

import dev.posthorn.internal.engine.accept.AdmissionControl;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.LaneContext;

/**
 * Everything that the runs of tasks share.
 *
 * @param lanes the store, workers, endpoints and lanes
 * @param changes writes the changes of a step; never reports an unknown result, since the step
 *     would be repeated
 * @param replays begins deliveries again
 * @param deliveries cancels deliveries; never reports an unknown result either
 * @param admission takes the messages of a broadcast
 * @param queue gives the runs their turns
 */
public record TaskContext(
    LaneContext lanes,
    SettingsWriter changes,
    Replays replays,
    Deliveries deliveries,
    AdmissionControl admission,
    TaskQueue queue) {}
