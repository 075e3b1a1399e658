package dev.posthorn.spring.boot.test;

import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives a context a temporary file; in a slice, leaves out what a scan finds and adds what the test
 * names. Equal customizers let tests share a context.
 *
 * @param slice whether the context is one of {@link PosthornTest}
 * @param components the components that the test names
 */
record PosthornContextCustomizer(boolean slice, List<Class<?>> components)
    implements ContextCustomizer {

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration merged) {
    ConfigurableListableBeanFactory beans = context.getBeanFactory();
    BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
    TestFolder folder = TestFolder.create();
    RootBeanDefinition definition = new RootBeanDefinition(TestFolder.class, () -> folder);
    definition.setDestroyMethodName(AbstractBeanDefinition.INFER_METHOD);
    registry.registerBeanDefinition("posthornTestFolder", definition);
    // Tests empty the store: it must not be the one that the program's properties name.
    TestPropertyValues.of(
            "posthorn.store.type=file",
            "posthorn.store.file=" + folder.file(),
            "posthorn.enabled=true")
        .applyTo(context);
    if (slice) {
      beans.registerSingleton("posthornTypeExcludeFilter", new NothingScanned());
      AnnotatedBeanDefinitionReader reader = new AnnotatedBeanDefinitionReader(registry);
      components.forEach(reader::registerBean);
    }
  }

  /** A filter that excludes each type that a component scan finds. */
  private static final class NothingScanned extends TypeExcludeFilter {
    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof NothingScanned;
    }

    @Override
    public int hashCode() {
      return NothingScanned.class.hashCode();
    }
  }
}
