using Google.Protobuf;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Wire;

/// <summary>The mappings written by hand say the same as the compiled ones.</summary>
public sealed class HotMappingTests
{
    private const int Rounds = 100;

    [Fact]
    public void PredictRequest_Random_MatchesTheCompiledMapping() => Compare<PredictRequest, W.PredictRequest>(ServingWire.ToMessage, ServingWire.ToRecord);

    [Fact]
    public void PredictReply_Random_MatchesTheCompiledMapping() => Compare<PredictReply, W.PredictReply>(ServingWire.ToMessage, ServingWire.ToRecord);

    [Fact]
    public void ServeRequest_Random_MatchesTheCompiledMapping() => Compare<ServeRequest, W.ServeRequest>(ServingWire.ToMessage, ServingWire.ToRecord);

    [Fact]
    public void ServeReply_Random_MatchesTheCompiledMapping() => Compare<ServeReply, W.ServeReply>(ServingWire.ToMessage, ServingWire.ToRecord);

    [Fact]
    public void InferRequest_Random_MatchesTheCompiledMapping() => Compare<InferRequest, W.InferRequest>(InferWire.ToMessage, InferWire.ToRecord);

    [Fact]
    public void InferReply_Random_MatchesTheCompiledMapping() => Compare<InferReply, W.InferReply>(InferWire.ToMessage, InferWire.ToRecord);

    [Fact]
    public void FeatureColumn_Random_MatchesTheCompiledMapping() => Compare<FeatureColumn, W.FeatureColumn>(FeaturesWire.ToMessage, FeaturesWire.ToRecord);

    [Fact]
    public void ObservationBatch_Random_MatchesTheCompiledMapping() => Compare<ObservationBatch, W.ObservationBatch>(FeaturesWire.ToMessage, FeaturesWire.ToRecord);

    [Fact]
    public void LabelBatch_Random_MatchesTheCompiledMapping() => Compare<LabelBatch, W.LabelBatch>(MonitoringWire.ToMessage, MonitoringWire.ToRecord);

    [Fact]
    public void LabelReply_Random_MatchesTheCompiledMapping() => Compare<LabelReply, W.LabelReply>(MonitoringWire.ToMessage, MonitoringWire.ToRecord);

    [Fact]
    public void LogBatch_Random_MatchesTheCompiledMapping() => Compare<LogBatch, W.LogBatch>(ExperimentsWire.ToMessage, ExperimentsWire.ToRecord);

    [Fact]
    public void ToRecord_ProjectAbsent_IsDefault()
    {
        Assert.Equal("default", ServingWire.ToRecord(new W.PredictRequest()).Project);
        Assert.Equal("default", MonitoringWire.ToRecord(new W.LabelBatch()).Project);
    }

    [Fact]
    public void ToRecord_PredictAbsent_NamesTheField() =>
        Assert.Equal("predict", Assert.Throws<InvalidInputException>(() => ServingWire.ToRecord(new W.ServeRequest())).Field);

    [Fact]
    public void ToRecord_EventTimeOutOfRange_NamesItsPlace()
    {
        var message = new W.PredictRequest { EventTimes = { new Google.Protobuf.WellKnownTypes.Timestamp(), new Google.Protobuf.WellKnownTypes.Timestamp { Nanos = -5 } } };
        var error = Assert.Throws<InvalidInputException>(() => ServingWire.ToRecord(message));
        Assert.Contains("event_times", error.Message, StringComparison.Ordinal);
        Assert.Equal("event_times[1]", error.Field);
    }

    [Fact]
    public void ToRecord_MetricTimeOutOfRange_NamesItsPlace()
    {
        var message = new W.LogBatch { Metrics = { new W.MetricPoint { Timestamp = new() { Nanos = -5 } } } };
        Assert.Equal("metrics[0].timestamp", Assert.Throws<InvalidInputException>(() => ExperimentsWire.ToRecord(message)).Field);
    }

    [Fact]
    public void ToMessage_NullTextInAColumn_NamesItsPlace()
    {
        var request = new PredictRequest { Endpoint = "e", Columns = [new() { Name = "origin", Texts = ["ORD", null!] }] };
        Assert.Equal("origin[1]", Assert.Throws<InvalidInputException>(() => ServingWire.ToMessage(request)).Field);
    }

    private static void Compare<TRecord, TMessage>(Func<TRecord, TMessage> toMessage, Func<TMessage, TRecord> toRecord)
        where TRecord : class
        where TMessage : class, IMessage<TMessage>, new()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            var record = (TRecord)new RandomValues(seed).Next(typeof(TRecord));
            var message = RecordMapper<TRecord, TMessage>.ToMessage(record);
            Assert.Equal(message.ToByteString(), toMessage(record).ToByteString());
            Assert.Equal(Json.Of(record), Json.Of(toRecord(message)));
        }
    }
}
