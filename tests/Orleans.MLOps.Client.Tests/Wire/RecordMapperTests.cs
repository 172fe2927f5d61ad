using System.Reflection;
using Google.Protobuf;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Training;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Wire;

public sealed class RecordMapperTests
{
    private const int Rounds = 50;

    public static TheoryData<Type> Records => [.. Contract.Records];

    [Theory]
    [MemberData(nameof(Records))]
    public void Fields_EveryRecord_MatchItsPropertiesOneToOne(Type record)
    {
        var properties = record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => WireName.Of(property.Name));
        var fields = Contract.NewMessage(record).Descriptor.Fields.InDeclarationOrder().Select(field => field.Name);
        Assert.Equal(properties.Order(StringComparer.Ordinal), fields.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void RoundTrip_RandomValues_GivesTheSameRecord(Type record)
    {
        var mapper = typeof(RecordMapper<,>).MakeGenericType(record, Contract.MessageOf(record));
        var toMessage = mapper.GetMethod("ToMessage")!;
        var toRecord = mapper.GetMethod("ToRecord")!;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var value = new RandomValues(seed).Next(record);
            var message = (IMessage)toMessage.Invoke(null, [value])!;
            var received = Contract.NewMessage(record);
            received.MergeFrom(message.ToByteArray());
            var back = toRecord.Invoke(null, [received, ""]);
            Assert.True(Json.Of(value) == Json.Of(back), $"{record.Name}, seed {seed}: {Json.Of(value)} came back as {Json.Of(back)}");
        }
    }

    [Fact]
    public void Records_OfTheContract_AreMany() => Assert.True(Contract.Records.Length >= 50, $"Only {Contract.Records.Length} records were found.");

    [Fact]
    public void ToRecord_AbsentFields_KeepsTheRecordsDefaults()
    {
        var spec = RecordMapper<TrainingJobSpec, W.TrainingJobSpec>.ToRecord(new() { Network = new() });
        Assert.Equal("default", spec.Project);
        Assert.Equal(0.001, spec.LearningRate);
        Assert.Equal(1024, spec.BatchSize);
        Assert.Equal([64, 32], spec.Network.Hidden);
        Assert.Null(spec.MaxSteps);
        var options = RecordMapper<MonitorOptions, W.MonitorOptions>.ToRecord(new());
        Assert.Equal(TimeSpan.FromDays(7), options.Window);
        Assert.Equal([AlertKind.QualityDrift, AlertKind.CalibrationDrift, AlertKind.ModelAge], options.RetrainOn);
    }

    [Fact]
    public void RoundTrip_EmptyListWithOtherDefault_StaysEmpty()
    {
        var options = new MonitorOptions { Endpoint = "e", RetrainOn = [] };
        var message = W.MonitorOptions.Parser.ParseFrom(RecordMapper<MonitorOptions, W.MonitorOptions>.ToMessage(options).ToByteArray());
        Assert.Empty(RecordMapper<MonitorOptions, W.MonitorOptions>.ToRecord(message).RetrainOn);
    }

    [Fact]
    public void ToRecord_RequiredMessageAbsent_NamesItsPath()
    {
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<ContinuousTrainingPolicy, W.ContinuousTrainingPolicy>.ToRecord(
            new() { Endpoint = "e", Template = new() { Name = "n" } }));
        Assert.Equal("template.network", error.Field);
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToRecord_MessageAbsent_NamesTheFieldOfTheRequest()
    {
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<CreateSplit, W.CreateSplit>.ToRecord(null, "command"));
        Assert.Equal("command", error.Field);
    }

    [Fact]
    public void ToRecord_UnknownEnumNumberInAList_NamesItsPath()
    {
        var message = new W.DatasetProfile { Columns = { new W.ColumnStatistics(), new W.ColumnStatistics { Type = (W.ColumnType)17 } } };
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<DatasetProfile, W.DatasetProfile>.ToRecord(message));
        Assert.Equal("columns[1].type", error.Field);
        Assert.Contains("17", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(253_402_300_800, 0)]
    [InlineData(-62_135_596_801, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    public void ToRecord_InstantOutOfRange_NamesItsPath(long seconds, int nanos)
    {
        var message = new W.MetricHistory { Points = { new W.MetricPoint { Timestamp = new() { Seconds = seconds, Nanos = nanos } } } };
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<MetricHistory, W.MetricHistory>.ToRecord(message));
        Assert.Equal("points[0].timestamp", error.Field);
    }

    [Fact]
    public void ToRecord_SpanOutOfRange_NamesItsPath()
    {
        var message = new W.MonitorOptions { Window = new() { Seconds = long.MaxValue } };
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<MonitorOptions, W.MonitorOptions>.ToRecord(message));
        Assert.Equal("window", error.Field);
    }

    [Fact]
    public void ToRecord_UnknownErrorCode_NamesTheField()
    {
        var message = new W.IngestProgress { OperationId = "o", ErrorCode = "Mystery" };
        var error = Assert.Throws<InvalidInputException>(() => RecordMapper<IngestProgress, W.IngestProgress>.ToRecord(message));
        Assert.Equal("error_code", error.Field);
    }

    [Fact]
    public void ToMessage_NullText_NamesItsPath()
    {
        var split = new CreateSplit { Name = null!, Spec = new() };
        Assert.Equal("name", Assert.Throws<InvalidInputException>(() => RecordMapper<CreateSplit, W.CreateSplit>.ToMessage(split)).Field);
        var query = new LoggedModelQuery { OrderBy = [new() { Field = null! }] };
        Assert.Equal("order_by[0].field", Assert.Throws<InvalidInputException>(() => RecordMapper<LoggedModelQuery, W.LoggedModelQuery>.ToMessage(query)).Field);
    }

    [Fact]
    public void ToMessage_NullRecord_NamesItsPath()
    {
        var split = new CreateSplit { Name = "n", Spec = null! };
        Assert.Equal("spec", Assert.Throws<InvalidInputException>(() => RecordMapper<CreateSplit, W.CreateSplit>.ToMessage(split)).Field);
    }
}
