package dev.posthorn.internal.engine.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that want one event type or one channel, in the order of their ids.
 *
 * <p>The writer changes it; everybody reads it meanwhile. Most have few members: those are a list
 * that is copied for each change. More are a map, so that a change stays cheap.
 */
final class EndpointGroup {
  private static final int FEW = 16;

  /** The members by id, once there were more than a few. Writer only. */
  private @Nullable ConcurrentSkipListMap<Long, RegisteredEndpoint> many;

  private volatile Collection<RegisteredEndpoint> members = List.of();

  /** Returns the members. Must not be modified. */
  Collection<RegisteredEndpoint> members() {
    return members;
  }

  void put(RegisteredEndpoint endpoint) {
    if (many == null && members.size() == FEW) {
      many = new ConcurrentSkipListMap<>();
      for (RegisteredEndpoint member : members) {
        many.put(member.id, member);
      }
      members = many.values();
    }
    if (many != null) {
      many.put(endpoint.id, endpoint);
    } else {
      members = with(endpoint);
    }
  }

  private List<RegisteredEndpoint> with(RegisteredEndpoint endpoint) {
    List<RegisteredEndpoint> copy = without(endpoint);
    int at = copy.size();
    while (at > 0 && copy.get(at - 1).id > endpoint.id) {
      at--;
    }
    copy.add(at, endpoint);
    return copy;
  }

  private List<RegisteredEndpoint> without(RegisteredEndpoint endpoint) {
    List<RegisteredEndpoint> copy = new ArrayList<>(members.size() + 1);
    members.stream().filter(member -> member.id != endpoint.id).forEach(copy::add);
    return copy;
  }

  void remove(RegisteredEndpoint endpoint) {
    if (many != null) {
      many.remove(endpoint.id);
    } else {
      members = without(endpoint);
    }
  }
}
