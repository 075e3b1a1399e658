package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.ManualLoop;
import dev.posthorn.internal.engine.ScriptedStore;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A journal over a scripted store, whose writer runs as far as a test says. */
abstract class JournalFixture {
  final ManualLoop writer = new ManualLoop();
  final ScriptedStore store = new ScriptedStore();
  final Condition condition = new Condition();
  final Journal journal =
      new Journal(
          new EngineRuntime(writer, scheduler(writer), store.store(), NO_TRANSPORT),
          new Guard(writer, condition),
          SettingsMemory.NONE,
          1_000_000);

  /** Callbacks of the entries, in order. */
  final List<String> told = new ArrayList<>();

  private static final Transport NO_TRANSPORT =
      new Transport() {
        @Override
        public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
      };

  private static Scheduler scheduler(Loop writer) {
    return new Scheduler() {
      @Override
      public List<Loop> loops() {
        return List.of();
      }

      @Override
      public Loop writer() {
        return writer;
      }

      @Override
      public Executor workers() {
        return Runnable::run;
      }

      @Override
      public Executor callbacks() {
        return Runnable::run;
      }

      @Override
      public void close() {}
    };
  }

  /** Writes one setting; what it is told is noted. */
  class Entry implements Journal.Entry {
    final String name;
    final boolean refusable;

    Entry(String name, boolean refusable) {
      this.name = name;
      this.refusable = refusable;
    }

    @Override
    public void prepare(JournalBatch batch) {
      batch.nextId(0);
      batch.rows.settings.add(new PutSetting(name, "v"));
    }

    @Override
    public void committed(JournalBatch batch) {
      told.add(name);
    }

    @Override
    public void failed(PosthornException why) {
      told.add(name + ":" + why.reason());
    }

    @Override
    public boolean refusable() {
      return refusable;
    }
  }

  void submit(String... names) {
    for (String name : names) {
      journal.submit(new Entry(name, true));
    }
  }

  /** Something that no store should throw, and that says nothing of what was written. */
  static List<Throwable> unforeseen() {
    return List.of(
        new OutOfMemoryError("planted"),
        new NoClassDefFoundError("planted"),
        new StackOverflowError("planted"),
        new IllegalStateException("planted"));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T extends Throwable> RuntimeException sneaky(Throwable what) throws T {
    throw (T) what;
  }
}
