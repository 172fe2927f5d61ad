using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class HostileFileTests
{
    private static readonly int First = EventFiles.Of().Length;

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "byte 0 ", [] },
        { "byte 0 ", EventFiles.Frame(EventFiles.Event(EventFiles.Scalar("loss", 1)).ToByteArray()) },
        { "byte 0 ", EventFiles.Frame(new StringValue { Value = "an example of a data set" }.ToByteArray()) },
        { "byte 0 ", EventFiles.Frame(new Event { WallTime = double.NaN, FileVersion = "brain.Event:2" }.ToByteArray()) },
        { "byte 0 ", "not an event file at all"u8.ToArray() },
        { $"byte {First} ", EventFiles.Frame(EventFiles.Version, [0x2a, 0xff, 0xff]) },
        { $"byte {First} ", EventFiles.Of(Nested(500)) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(EventFiles.Scalar("", 1))) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(EventFiles.Scalar(new string('x', 251), 1))) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(EventFiles.Scalar("a\nb", 1))) },
        { $"byte {First} ", EventFiles.Of(new Event { WallTime = 1e300, Summary = new() { Value = { EventFiles.Scalar("loss", 1) } } }) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(Param("k", "a\0b"))) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(Param("k", new string('v', 65_537)))) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(Param("", "v"))) },
        { $"byte {First} ", EventFiles.Of(EventFiles.Event(Damaged())) },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task Import_FileThatNoRunAccepts_NamesTheByteAndWritesNothing(string place, byte[] file)
    {
        var fake = new FakeExperiments();
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => fake.Client.ImportTensorBoardAsync(new MemoryStream(file), 7, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("content", error.Field);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Empty(fake.Runs);
    }

    [Fact]
    public async Task Import_ForeignNumberInTheExactField_IsNotBelieved()
    {
        var fake = new FakeExperiments();
        var value = EventFiles.Scalar("loss", 0.5f);
        value.ExactValue = 7;
        await fake.Client.ImportTensorBoardAsync(
            new MemoryStream(EventFiles.Of(EventFiles.Event(value))), 7, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0.5, Assert.Single(fake.Points).Value);
    }

    private static Summary.Types.Value Param(string key, string text) =>
        EventFiles.Hparams(new() { SessionStartInfo = new() { Hparams = { [key] = Value.ForString(text) } } });

    private static Summary.Types.Value Damaged()
    {
        var value = EventFiles.Hparams(new());
        value.Metadata.PluginData.Content = ByteString.CopyFrom(0x1a, 0x7f);
        return value;
    }

    /// <summary>A list in a list and so on, deeper than the parser goes.</summary>
    private static Event Nested(int depth)
    {
        var value = Value.ForNull();
        for (var i = 0; i < depth; i++)
        {
            value = Value.ForList(value);
        }

        return EventFiles.Event(EventFiles.Hparams(new() { SessionStartInfo = new() { Hparams = { ["k"] = value } } }));
    }
}
