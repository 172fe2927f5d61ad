using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class TensorReportsTests
{
    [Fact]
    public void Compare_TensorModels_TellsWhichTensorsDiffer()
    {
        var comparison = VersionComparison.Compare(
            Version(1, [Spec("image", TensorType.Float32, -1, 3, 224, 224), Spec("mask", TensorType.Bool, -1), Spec("same", TensorType.Int64, -1)], Spec("scores", TensorType.Float32, -1, 10)),
            RunFacts.None,
            Version(2, [Spec("image", TensorType.UInt8, -1, 3, 224, 224), Spec("same", TensorType.Int64, -1)], Spec("scores", TensorType.Float32, -1, 11)),
            RunFacts.None);

        Assert.Equal(["image", "mask"], comparison.Inputs.Select(input => input.Name));
        Assert.Equal(("FP32 [-1, 3, 224, 224]", "UINT8 [-1, 3, 224, 224]"), (comparison.Inputs[0].Left, comparison.Inputs[0].Right));
        Assert.Null(comparison.Inputs[1].Right);
        var output = Assert.Single(comparison.Outputs);
        Assert.Equal(("FP32 [-1, 10]", "FP32 [-1, 11]"), (output.Left, output.Right));
    }

    [Fact]
    public void Compare_ColumnsWithTensors_TellsBoth()
    {
        var columns = Version(1, null) with { Signature = [new SignatureColumn { Name = "weight" }] };

        var comparison = VersionComparison.Compare(columns, RunFacts.None, Version(2, [Spec("weight", TensorType.Float32, -1)]), RunFacts.None);

        Assert.Equal(("weight", "number", "FP32 [-1]"), (comparison.Inputs[0].Name, comparison.Inputs[0].Left, comparison.Inputs[0].Right));
    }

    [Fact]
    public void Write_TensorModel_PrintsTypesAndShapes()
    {
        var model = new ModelInfo { Project = "default", Name = "m" };

        var card = ModelCardText.Write(model, Version(1, [Spec("image", TensorType.Float32, -1, 3) with { Optional = true }], Spec("scores", TensorType.Float64)), RunFacts.None);

        Assert.Contains("## Inputs\n\n| Name | Type |\n|---|---|\n| image | FP32 [-1, 3] (optional) |\n", card, StringComparison.Ordinal);
        Assert.Contains("## Outputs\n\n| Name | Type |\n|---|---|\n| scores | FP64 [] |\n", card, StringComparison.Ordinal);
    }

    private static TensorSpec Spec(string name, TensorType type, params long[] shape) => new() { Name = name, Type = type, Shape = shape };

    private static ModelVersionInfo Version(int number, TensorSpec[]? inputs, params TensorSpec[] outputs) => new()
    {
        Project = "default",
        Model = "m",
        Version = number,
        Tensors = inputs is null ? null : new TensorSignature { Inputs = inputs, Outputs = outputs },
    };
}
