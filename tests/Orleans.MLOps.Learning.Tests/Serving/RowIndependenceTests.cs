using System.Buffers.Binary;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class RowIndependenceTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(1);

    [Fact]
    public void Of_RowByRow_IsIndependent() => Assert.True(RowIndependence.Of(Engine(static values => values), Enough).Independent);

    [Fact]
    public void Of_SumOverAllRows_IsNot() => Assert.False(RowIndependence.Of(Engine(static values => Array.ConvertAll(values, _ => values.Sum())), Enough).Independent);

    [Fact]
    public void Of_ModelThatNeverEnds_IsGivenUp()
    {
        using var engine = new OnnxEngine(EndlessLoop());

        var error = Assert.Throws<InvalidDataException>(() => RowIndependence.Of(engine, TimeSpan.FromMilliseconds(300)));

        Assert.Contains("did not end within 0.3 s", error.Message, StringComparison.Ordinal);
    }

    private static DelegateEngine Engine(Func<float[], float[]> compute) => new(
        [new EngineTensorSpec("x", ElementType.Float32, [-1])],
        [new EngineTensorSpec("y", ElementType.Float32, [-1])],
        inputs =>
        {
            var values = new float[inputs[0].Data.Length / sizeof(float)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(inputs[0].Data.Span[(i * sizeof(float))..]);
            }

            var bytes = new byte[inputs[0].Data.Length];
            foreach (var (i, value) in compute(values).Index())
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value);
            }

            return [inputs[0] with { Name = "y", Data = bytes }];
        });

    /// <summary>y is x after a loop whose condition stays true; field numbers are those of onnx.proto3.</summary>
    private static byte[] EndlessLoop()
    {
        const int Float = 1, Int64 = 7, Bool = 9, GraphAttribute = 5;
        var body = new OnnxMessage()
            .Message(1, Node("Identity", ["go"], "go_on"))
            .Message(1, Node("Add", ["v", "v"], "v_next"))
            .Text(2, "body")
            .Message(11, Value("i", Int64)).Message(11, Value("go", Bool)).Message(11, Value("v", Float, -1))
            .Message(12, Value("go_on", Bool)).Message(12, Value("v_next", Float, -1));
        var loop = Node("Loop", ["", "always", "x"], "y")
            .Message(5, new OnnxMessage().Text(1, "body").Message(6, body).Number(20, GraphAttribute));
        var graph = new OnnxMessage()
            .Message(1, loop)
            .Text(2, "endless")
            .Message(5, new OnnxMessage().Number(2, Bool).Text(8, "always").Bytes(9, [1]))
            .Message(11, Value("x", Float, -1))
            .Message(12, Value("y", Float, -1));
        return new OnnxMessage().Number(1, 8).Message(7, graph).Message(8, new OnnxMessage().Number(2, 17)).ToArray();
    }

    private static OnnxMessage Node(string type, string[] inputs, string output)
    {
        var node = new OnnxMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        return node.Text(2, output).Text(4, type);
    }

    private static OnnxMessage Value(string name, int type, params int[] dimensions)
    {
        var shape = new OnnxMessage();
        foreach (var _ in dimensions)
        {
            shape.Message(1, new OnnxMessage().Text(2, "n"));
        }

        return new OnnxMessage().Text(1, name).Message(2, new OnnxMessage().Message(1, new OnnxMessage().Number(1, type).Message(2, shape)));
    }
}
