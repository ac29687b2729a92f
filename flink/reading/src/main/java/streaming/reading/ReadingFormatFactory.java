package streaming.reading;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.utils.DataTypeUtils;
import streaming.reading.ReadingDecoder.Content;

/**
 * The format {@code reading} for Flink's tables: one CPU reading per message, judged strictly. A table may have the
 * columns {@code hostname STRING}, {@code cpu STRING}, {@code usage DOUBLE} (percent), {@code occurred_at BIGINT}
 * (epoch milliseconds) and {@code heartbeat BIGINT}, and the metadata {@code message STRING} (the message as it came)
 * and {@code reason STRING} (why it is not a valid reading; NULL if it is one, or a heartbeat). Messages that are neither
 * have no row unless the option {@code keep-invalid} is true.
 */
public final class ReadingFormatFactory implements DeserializationFormatFactory {
    private static final ConfigOption<String> HOSTNAME = path("hostname-path", "hostname");
    private static final ConfigOption<String> CPU = path("cpu-path", "cpu");
    private static final ConfigOption<String> USAGE = path("usage-path", "usage");
    private static final ConfigOption<String> TIME = path("time-path", "occurred_at");
    private static final ConfigOption<SourceFormat.UsageForm> USAGE_FORM = ConfigOptions.key("usage-form")
            .enumType(SourceFormat.UsageForm.class)
            .defaultValue(SourceFormat.UsageForm.PERCENT)
            .withDescription("How a message writes the usage.");
    private static final ConfigOption<SourceFormat.TimeUnit> TIME_UNIT = ConfigOptions.key("time-unit")
            .enumType(SourceFormat.TimeUnit.class)
            .defaultValue(SourceFormat.TimeUnit.MILLISECONDS)
            .withDescription("How a message writes the time.");
    private static final ConfigOption<Boolean> KEEP_INVALID = ConfigOptions.key("keep-invalid")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether a message that is not a valid reading has a row.");

    private static final Map<Content, DataType> COLUMNS = Map.of(
            Content.HOSTNAME, DataTypes.STRING(),
            Content.CPU, DataTypes.STRING(),
            Content.USAGE, DataTypes.DOUBLE(),
            Content.OCCURRED_AT, DataTypes.BIGINT(),
            Content.HEARTBEAT, DataTypes.BIGINT());

    private static ConfigOption<String> path(String key, String name) {
        return ConfigOptions.key(key).stringType().defaultValue(name).withDescription("Where a message has the field.");
    }

    @Override
    public String factoryIdentifier() {
        return "reading";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(HOSTNAME, CPU, USAGE, TIME, USAGE_FORM, TIME_UNIT, KEEP_INVALID);
    }

    @Override
    public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
            DynamicTableFactory.Context context, ReadableConfig options) {
        FactoryUtil.validateFactoryOptions(this, options);
        try {
            SourceFormat format = new SourceFormat(
                    FieldPath.parse(options.get(HOSTNAME)),
                    FieldPath.parse(options.get(CPU)),
                    FieldPath.parse(options.get(USAGE)),
                    FieldPath.parse(options.get(TIME)),
                    options.get(USAGE_FORM),
                    options.get(TIME_UNIT));
            // Fails now rather than on a TaskManager if paths exclude each other.
            new ReadingParser(format);
            return new ReadingFormat(format, options.get(KEEP_INVALID));
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    private static final class ReadingFormat implements DecodingFormat<DeserializationSchema<RowData>> {
        private final SourceFormat format;
        private final boolean keepsInvalid;
        private List<String> metadata = List.of();

        ReadingFormat(SourceFormat format, boolean keepsInvalid) {
            this.format = format;
            this.keepsInvalid = keepsInvalid;
        }

        @Override
        public DeserializationSchema<RowData> createRuntimeDecoder(DynamicTableSource.Context context, DataType physical) {
            List<DataTypes.Field> read = metadata.stream()
                    .map(name -> DataTypes.FIELD(name, listReadableMetadata().get(name)))
                    .toList();
            DataType produced = DataTypeUtils.appendRowFields(physical, read);
            TypeInformation<RowData> type = context.createTypeInformation(produced);
            List<Content> columns = Stream.concat(
                            DataType.getFields(physical).stream().map(ReadingFormat::content),
                            metadata.stream().map(name -> Content.valueOf(name.toUpperCase(Locale.ROOT))))
                    .toList();
            return new ReadingDecoder(format, columns, type, keepsInvalid);
        }

        private static Content content(DataTypes.Field column) {
            String allowed = Arrays.stream(Content.values())
                    .filter(COLUMNS::containsKey)
                    .map(content -> content.name().toLowerCase(Locale.ROOT) + " " + COLUMNS.get(content))
                    .collect(Collectors.joining(", "));
            return COLUMNS.entrySet().stream()
                    .filter(entry -> entry.getKey().name().toLowerCase(Locale.ROOT).equals(column.getName()))
                    .filter(entry -> entry.getValue().getLogicalType().copy(true)
                            .equals(column.getDataType().getLogicalType().copy(true)))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> new ValidationException("The format 'reading' cannot fill the column "
                            + column.getName() + " " + column.getDataType() + "; it can fill " + allowed));
        }

        @Override
        public Map<String, DataType> listReadableMetadata() {
            Map<String, DataType> readable = new LinkedHashMap<>();
            readable.put("message", DataTypes.STRING());
            readable.put("reason", DataTypes.STRING());
            return readable;
        }

        @Override
        public void applyReadableMetadata(List<String> keys) {
            metadata = List.copyOf(keys);
        }

        @Override
        public ChangelogMode getChangelogMode() {
            return ChangelogMode.insertOnly();
        }
    }
}
