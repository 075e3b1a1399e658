package dev.posthorn.internal.http.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.http.loop.NativeIo;
import dev.posthorn.internal.http.loop.NettyScheduler;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameFilesTest {
  @TempDir private Path folder;
  private Path hosts;
  private Path resolvConf;

  @BeforeEach
  void write() throws IOException {
    hosts = Files.writeString(folder.resolve("hosts"), "192.0.2.1 one One-Too # three\n::2 one\n");
    resolvConf = Files.writeString(folder.resolve("resolv.conf"), "nameserver 192.0.2.53\n");
  }

  private static List<String> shown(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).toList();
  }

  private static int port(NameFiles files) {
    return files.names().resolvConf().servers().getFirst().getPort();
  }

  @Test
  void aChangedHostsFileIsWhatNamesAreResolvedBy() throws Exception {
    NameFiles files = NameFiles.of(hosts, resolvConf);
    NativeIo io = NativeIo.best(false);
    try (NettyScheduler scheduler = NettyScheduler.start(1, io)) {
      EventLoop loop = (EventLoop) scheduler.nettyLoops().getFirst().executor;
      NettyResolver resolver = new NettyResolver(loop, io, files);
      assertThat(resolve(resolver, "one")).containsExactly("192.0.2.1", "0:0:0:0:0:0:0:2");
      assertThat(resolve(resolver, "one-too")).containsExactly("192.0.2.1");
      Files.writeString(hosts, "192.0.2.100 one\n");
      files.look();
      assertThat(resolve(resolver, "ONE")).containsExactly("192.0.2.100");
    }
  }

  @Test
  void localhostLeadsHereWhateverTheFilesSay() throws Exception {
    NativeIo io = NativeIo.best(false);
    try (NettyScheduler scheduler = NettyScheduler.start(1, io)) {
      EventLoop loop = (EventLoop) scheduler.nettyLoops().getFirst().executor;
      NettyResolver resolver = new NettyResolver(loop, io, NameFiles.of(hosts, resolvConf));
      assertThat(resolve(resolver, "localhost")).containsExactly("127.0.0.1");
      assertThat(resolve(resolver, "my.localhost")).containsExactly("127.0.0.1");
    }
  }

  private static List<String> resolve(NettyResolver resolver, String host) throws Exception {
    return shown(resolver.resolve(host).toCompletableFuture().get(60, TimeUnit.SECONDS));
  }

  @Test
  void eachChangeIsAnotherGeneration() throws IOException {
    NameFiles files = NameFiles.of(hosts, resolvConf);
    int first = files.names().generation();
    files.look();
    assertThat(files.names().generation()).isEqualTo(first);

    Files.writeString(hosts, "192.0.2.100 one\n");
    files.look();
    int second = files.names().generation();
    assertThat(second).isNotEqualTo(first);

    Path other = Files.writeString(folder.resolve("new"), "nameserver [192.0.2.53]:54\n");
    Files.move(other, resolvConf, StandardCopyOption.REPLACE_EXISTING);
    files.look();
    assertThat(files.names().generation()).isNotEqualTo(second).isNotEqualTo(first);
    assertThat(port(files)).isEqualTo(54);
  }

  @Test
  void aFileThatIsWrittenAgainWithTheSameIsNoChange() throws IOException {
    NameFiles files = NameFiles.of(hosts, resolvConf);
    NameFiles.Names names = files.names();
    Files.writeString(resolvConf, "# by DHCP\nnameserver 192.0.2.53\n");
    files.look();
    assertThat(files.names()).isSameAs(names);
  }

  @Test
  void aFileThatIsMissingOrHalfWrittenChangesNothing() throws IOException {
    NameFiles files = NameFiles.of(hosts, resolvConf);
    NameFiles.Names names = files.names();
    Files.writeString(resolvConf, "search half.test\n");
    files.look();
    Files.delete(hosts);
    files.look();
    assertThat(files.names()).isSameAs(names);
    Files.writeString(resolvConf, "search half.test\nnameserver [192.0.2.53]:54\n");
    files.look();
    assertThat(port(files)).isEqualTo(54);
  }

  @Test
  void aFileThatCouldNotBeReadIsReadOnceItCan() {
    AtomicInteger reads = new AtomicInteger();
    WatchedFile<String> file =
        new WatchedFile<>(
            hosts,
            "before",
            path -> {
              if (reads.incrementAndGet() == 1) {
                throw new FileSystemException(path.toString(), null, "Too many open files");
              }
              return Files.readString(path);
            });
    assertThat(file.look()).isFalse();
    assertThat(file.value()).isEqualTo("before");
    assertThat(file.look()).isTrue();
    assertThat(file.value()).startsWith("192.0.2.1 one");
    assertThat(file.look()).isFalse();
    assertThat(reads).hasValue(2);
  }

  @Test
  void withoutFilesTheServerOfThisMachineIsAsked() {
    Path nowhere = folder.resolve("nowhere");
    assertThat(NameFiles.of(nowhere, nowhere).names().resolvConf()).isEqualTo(ResolvConf.NONE);
  }
}
