package dev.posthorn.server.console;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Writes pictures with the 64 most frequent colors, which is a third of their size. */
final class SmallPicture {
  private static final int COLORS = 64;
  private static final int RGB = 0xffffff;

  private SmallPicture() {}

  /** Reads a picture and writes it as a small PNG. */
  static void write(InputStream from, Path to) throws IOException {
    BufferedImage picture = ImageIO.read(from);
    List<Integer> colors = frequent(picture);
    BufferedImage small =
        new BufferedImage(
            picture.getWidth(),
            picture.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(
                8, colors.size(), part(colors, 16), part(colors, 8), part(colors, 0)));
    Map<Integer, Integer> known = new HashMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int color = picture.getRGB(x, y) & RGB;
        small
            .getRaster()
            .setSample(x, y, 0, known.computeIfAbsent(color, one -> nearest(one, colors)));
      }
    }
    Files.write(to, png(small));
  }

  private static List<Integer> frequent(BufferedImage picture) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        counts.merge(picture.getRGB(x, y) & RGB, 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(COLORS)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static byte[] part(List<Integer> colors, int shift) {
    byte[] part = new byte[colors.size()];
    for (int i = 0; i < part.length; i++) {
      part[i] = (byte) (colors.get(i) >> shift);
    }
    return part;
  }

  private static int nearest(int color, List<Integer> colors) {
    int best = 0;
    for (int i = 1; i < colors.size(); i++) {
      if (distance(color, colors.get(i)) < distance(color, colors.get(best))) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = ((one >> shift) & 0xff) - ((other >> shift) & 0xff);
      sum += difference * difference;
    }
    return sum;
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(0);
    var bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
