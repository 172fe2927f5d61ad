using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class TensorRulesTests
{
    private static readonly TensorSignature Signature = new()
    {
        Inputs =
        [
            new() { Name = "x", Type = TensorType.Float32, Shape = [-1, 2] },
            new() { Name = "t", Type = TensorType.Bytes, Shape = [-1], Optional = true },
            new() { Name = "b", Type = TensorType.Bool, Shape = [1], Optional = true },
        ],
        Outputs = [new() { Name = "y", Type = TensorType.Float32, Shape = [-1] }],
    };

    [Fact]
    public void Check_WhatTheModelTakes_GivesItsRows()
    {
        Assert.Equal(3, Check(Request(X(3))));
        Assert.Equal(0, Check(Request(X(0))));
        Assert.Equal(1, Check(Request(X(1), TensorSamples.Texts("t", "", "öß"))));
        Assert.Equal(1, Check(Request(X(1)) with { Outputs = ["y"] }));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_WhatItDoesNot_IsRefusedByName(InferRequest request, string field, string said)
    {
        var error = Assert.Throws<InvalidInputException>(() => Check(request));

        Assert.Equal(field, error.Field);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<InferRequest, string, string> Wrong => new()
    {
        { Request(), "x", "'x' is missing" },
        { Request(X(1), X(1)), "x", "given twice" },
        { Request(X(1) with { Name = "z" }), "inputs", "'z' is not one" },
        { Request(X(1) with { Type = TensorType.Float64 }), "x", "is FP64; FP32 is expected" },
        { Request(X(1) with { Shape = [1, 3] }), "x", "[1, 3]; [-1, 2] is expected" },
        { Request(X(1) with { Shape = [2] }), "x", "[2]; [-1, 2]" },
        { Request(X(1) with { Shape = [-1, 2] }), "x", "[-1, 2]; [-1, 2]" },
        { Request(X(1) with { Shape = [2, 2] }), "x", "8 bytes; 16 are expected" },
        { Request(X(1) with { Shape = [int.MaxValue, 2] }), "x", "more elements than a request can hold" },
        { Request(X(1) with { Shape = [long.MaxValue, 2] }), "x", "[-1, 2] is expected" },
        { Request(X(1) with { Shape = new long[100] }), "x", "100 dimensions" },
        { Request(X(1), TensorSamples.Texts("t", "a") with { Shape = [2] }), "t", "within element 1" },
        { Request(X(1), TensorSamples.Texts("t", "a") with { Data = [255, 255, 255, 255, 1] }), "t", "within element 0" },
        { Request(X(1), TensorSamples.Texts("t", "a") with { Data = [1, 0, 0, 0, 65, 66] }), "t", "1 bytes after" },
        { Request(X(1), new Tensor { Name = "b", Type = TensorType.Bool, Shape = [1], Data = [2] }), "b", "neither 0 nor 1" },
        { Request(X(1)) with { Outputs = ["z"] }, "outputs", "'z' is not one" },
        { Request(X(1)) with { Outputs = ["y", "y"] }, "outputs", "asked for twice" },
        { Request(X(5)), "inputs", "5 rows; 4 are allowed" },
        { Request(X(1), X(1), X(1), X(1)), "inputs", "4 inputs were given" },
    };

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void Check_PriorityOutOfRange_IsRefused(int priority) =>
        Assert.Equal("priority", Assert.Throws<InvalidInputException>(() => TensorRules.Check(Request() with { Priority = priority })).Field);

    [Fact]
    public void Check_VersionAndLabel_AreRefused() =>
        Assert.Equal("version", Assert.Throws<InvalidInputException>(() => TensorRules.Check(Request() with { Version = 1, Label = "stable" })).Field);

    [Fact]
    public void ElementTypes_OfContractAndEngines_AreTheSame()
    {
        var engines = Enum.GetValues<ElementType>().Select(type => ((int)type, type.ToString(), type.Size()));

        Assert.Equal(engines, Enum.GetValues<TensorType>().Where(type => type != TensorType.None).Select(type => ((int)type, type.ToString(), TensorTypes.Size(type))));
    }

    [Fact]
    public void NamesOfElementTypes_AnyType_LeadBackToIt() =>
        Assert.All(Enum.GetValues<TensorType>(), type => Assert.Equal(type, TensorTypes.Find(TensorTypes.Name(type))));

    private static int Check(InferRequest request) => TensorRules.Check(Signature, request, new EndpointLimits { Rows = 4 });

    private static InferRequest Request(params Tensor[] inputs) => new() { Endpoint = "e", Inputs = inputs };

    private static Tensor X(int rows) => TensorSamples.Floats("x", [rows, 2], new float[rows * 2]);
}
