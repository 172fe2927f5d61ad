using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class OnnxContentsTests
{
    [Theory]
    [InlineData("initializer")]
    [InlineData("attribute")]
    [InlineData("attributes")]
    [InlineData("subgraph")]
    [InlineData("subgraphs")]
    [InlineData("sparse values")]
    [InlineData("sparse attribute")]
    [InlineData("function")]
    [InlineData("function default")]
    [InlineData("training")]
    [InlineData("second graph")]
    [InlineData("wide location")]
    public void Construct_TensorInAnotherFile_IsRefused(string place)
    {
        var model = WithTensor(place, External(1));
        foreach (var open in new Func<IDisposable>[] { () => new OnnxEngine(model), () => new OnnxScorer(model) })
            Assert.Contains("files beside it", Assert.Throws<InvalidDataException>(open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_TensorsWithinTheFile_AreTaken()
    {
        using var engine = new OnnxEngine(WithTensor("initializer", new OnnxMessage()
            .Number(1, 1).Number(2, OnnxGraph.Float).Text(8, "unused").Bytes(9, new byte[4]).Number(14, 0)));
        Assert.Single(engine.Run([new EngineTensor("x", ElementType.Float32, [1, 1], new byte[4])], []));
    }

    [Fact]
    public void Construct_OperatorOfAnotherDomain_IsRefused()
    {
        var node = new OnnxMessage().Text(1, "x").Text(2, "y").Text(4, "Open").Text(7, "com.example");
        var file = Model(Graph(node), new OnnxMessage().Text(1, "com.example").Number(2, 1));
        Assert.Contains("com.example", Assert.Throws<InvalidDataException>(() => new OnnxEngine(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_NestedWithoutEnd_IsRefused()
    {
        var graph = new OnnxMessage();
        for (var i = 0; i < 5000; i++)
            graph = new OnnxMessage().Message(1, new OnnxMessage().Message(5, new OnnxMessage().Message(6, graph)));
        Assert.Throws<InvalidDataException>(() => new OnnxEngine(new OnnxMessage().Message(7, graph).ToArray()));
    }

    [Fact]
    public void Construct_SequenceInput_IsRefused()
    {
        var sequence = new OnnxMessage().Message(4, new OnnxMessage().Message(1, new OnnxMessage().Message(1, new OnnxMessage().Number(1, 1))));
        var graph = new OnnxMessage()
            .Message(1, new OnnxMessage().Text(1, "x").Text(2, "y").Text(4, "SequenceLength"))
            .Text(2, "g")
            .Message(11, new OnnxMessage().Text(1, "x").Message(2, sequence))
            .Message(12, Value("y", OnnxGraph.Int64));
        Assert.Contains("only tensors", Assert.Throws<InvalidDataException>(() => new OnnxEngine(Model(graph))).Message, StringComparison.Ordinal);
    }

    private static OnnxMessage External(long location) => new OnnxMessage()
        .Number(1, 1).Number(2, OnnxGraph.Float).Text(8, "outside")
        .Message(13, new OnnxMessage().Text(1, "location").Text(2, "/etc/passwd"))
        .Number(14, location);

    private static byte[] WithTensor(string place, OnnxMessage tensor)
    {
        var identity = new OnnxMessage().Text(1, "x").Text(2, "y").Text(4, "Identity");
        var constant = new OnnxMessage().Message(5, new OnnxMessage().Text(1, "value").Message(5, tensor));
        var inner = new OnnxMessage().Message(1, constant);
        var plain = Graph(identity);
        return place switch
        {
            "initializer" => Model(Graph(identity).Message(5, tensor)),
            "attribute" => Model(Graph(identity).Message(1, constant)),
            "attributes" => Model(Graph(identity).Message(1, new OnnxMessage().Message(5, new OnnxMessage().Message(10, tensor)))),
            "subgraph" => Model(Graph(identity).Message(1, new OnnxMessage().Message(5, new OnnxMessage().Message(6, inner)))),
            "subgraphs" => Model(Graph(identity).Message(1, new OnnxMessage().Message(5, new OnnxMessage().Message(11, inner)))),
            "sparse values" => Model(Graph(identity).Message(15, new OnnxMessage().Message(1, tensor))),
            "sparse attribute" => Model(Graph(identity)
                .Message(1, new OnnxMessage().Message(5, new OnnxMessage().Message(22, new OnnxMessage().Message(2, tensor))))),
            "function" => [.. Model(plain), .. new OnnxMessage().Message(25, new OnnxMessage().Message(7, constant)).ToArray()],
            "function default" => [.. Model(plain), .. new OnnxMessage().Message(25, new OnnxMessage().Message(11, new OnnxMessage().Message(5, tensor))).ToArray()],
            "training" => [.. Model(plain), .. new OnnxMessage().Message(20, new OnnxMessage().Message(2, inner)).ToArray()],
            "second graph" => [.. Model(plain), .. new OnnxMessage().Message(7, new OnnxMessage().Message(5, tensor)).ToArray()],
            "wide location" => Model(Graph(identity).Message(5, External((1L << 32) + 1))),
            _ => throw new ArgumentOutOfRangeException(nameof(place)),
        };
    }

    private static OnnxMessage Graph(OnnxMessage node) => new OnnxMessage()
        .Message(1, node).Text(2, "g").Message(11, Value("x", OnnxGraph.Float)).Message(12, Value("y", OnnxGraph.Float));

    private static OnnxMessage Value(string name, int type) =>
        new OnnxMessage().Text(1, name).Message(2, new OnnxMessage().Message(1, new OnnxMessage().Number(1, type)));

    private static byte[] Model(OnnxMessage graph, params OnnxMessage[] domains)
    {
        var model = new OnnxMessage().Number(1, 8).Message(7, graph).Message(8, new OnnxMessage().Text(1, string.Empty).Number(2, 17));
        foreach (var domain in domains)
            model.Message(8, domain);
        return model.ToArray();
    }
}
