using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>How each module of one input and one output is written; the name of the written output is given back.</summary>
internal static class OnnxLayers
{
    public static IReadOnlyDictionary<Type, Func<OnnxLayer, string>> ByModule { get; } = new Dictionary<Type, Func<OnnxLayer, string>>
    {
        [typeof(Linear)] = WriteLinear,
        [typeof(Embedding)] = layer => layer.Node("Gather", "output", [layer.Weight("weight", layer.Module<Embedding>().weight!), layer.Input]),
        [typeof(BatchNorm1d)] = layer => WriteBatchNorm(layer, 2, 3),
        [typeof(BatchNorm2d)] = layer => WriteBatchNorm(layer, 4),
        [typeof(LayerNorm)] = WriteLayerNorm,
        [typeof(Flatten)] = WriteFlatten,
        [typeof(RecurrentLayer)] = OnnxRecurrentLayers.Write,
        [typeof(Conv1d)] = layer => OnnxWindowLayers.WriteConvolution(layer, 1),
        [typeof(Conv2d)] = layer => OnnxWindowLayers.WriteConvolution(layer, 2),
        [typeof(MaxPool1d)] = OnnxWindowLayers.WriteMaxPool1d,
        [typeof(MaxPool2d)] = OnnxWindowLayers.WriteMaxPool2d,
        [typeof(AvgPool1d)] = OnnxWindowLayers.WriteAvgPool1d,
        [typeof(AvgPool2d)] = OnnxWindowLayers.WriteAvgPool2d,
        [typeof(AdaptiveAvgPool1d)] = layer => OnnxWindowLayers.WriteGlobalPool(layer, 1, layer.Module<AdaptiveAvgPool1d>().output_size),
        [typeof(AdaptiveAvgPool2d)] = layer => OnnxWindowLayers.WriteGlobalPool(layer, 2, layer.Module<AdaptiveAvgPool2d>().output_size),
        [typeof(Identity)] = layer => layer.Input,
        [typeof(Dropout)] = layer => layer.Input,
        [typeof(Dropout1d)] = layer => layer.Input,
        [typeof(Dropout2d)] = layer => layer.Input,
        [typeof(Dropout3d)] = layer => layer.Input,
        [typeof(AlphaDropout)] = layer => layer.Input,
        [typeof(FeatureAlphaDropout)] = layer => layer.Input,
        [typeof(ReLU)] = layer => layer.Map("Relu"),
        [typeof(ReLU6)] = layer => layer.Node("Clip", "output", [layer.Input, layer.Scalar("lowest", 0), layer.Scalar("highest", 6)]),
        [typeof(LeakyReLU)] = layer => layer.Map("LeakyRelu", OnnxAttribute.Float("alpha", layer.Module<LeakyReLU>().negative_slope)),
        [typeof(ELU)] = layer => layer.Map("Elu", OnnxAttribute.Float("alpha", layer.Module<ELU>().alpha)),
        [typeof(SELU)] = layer => layer.Map("Selu"),
        [typeof(GELU)] = WriteGelu,
        [typeof(SiLU)] = layer => layer.Node("Mul", "output", [layer.Input, layer.Node("Sigmoid", "sigmoid", [layer.Input])]),
        [typeof(Sigmoid)] = layer => layer.Map("Sigmoid"),
        [typeof(Tanh)] = layer => layer.Map("Tanh"),
        [typeof(Hardswish)] = layer => layer.Map("HardSwish"),
        [typeof(Hardsigmoid)] = layer => layer.Map("HardSigmoid", OnnxAttribute.Float("alpha", 1.0 / 6.0), OnnxAttribute.Float("beta", 0.5)),
        [typeof(Softplus)] = WriteSoftplus,
        [typeof(Softmax)] = layer => layer.Map("Softmax", OnnxAttribute.Int("axis", layer.Module<Softmax>().dim)),
        [typeof(LogSoftmax)] = layer => layer.Map("LogSoftmax", OnnxAttribute.Int("axis", layer.Module<LogSoftmax>().dim)),
    };

    private static string WriteLinear(OnnxLayer layer)
    {
        var linear = layer.Module<Linear>();
        if (layer.Rank == 2)
        {
            string[] weights = [layer.Weight("weight", linear.weight!), .. linear.bias is { } offset ? [layer.Weight("bias", offset)] : Array.Empty<string>()];
            return layer.Node("Gemm", "output", [layer.Input, .. weights], OnnxAttribute.Int("transB", 1));
        }

        var product = layer.Node("MatMul", "product", [layer.Input, layer.Weight("weight", linear.weight!.t())]);
        return linear.bias is { } bias ? layer.Node("Add", "output", [product, layer.Weight("bias", bias)]) : product;
    }

    private static string WriteBatchNorm(OnnxLayer layer, params ReadOnlySpan<int> ranks)
    {
        layer.RequireRank(ranks);
        var norm = layer.Module<BatchNorm>();
        if (norm.running_mean is not { } mean || norm.running_var is not { } variance)
            throw layer.Unsupported("keeps no running statistics, so that rows depend on their batch; modules with running statistics are supported");
        var features = (int)norm.num_features;
        var scale = norm.weight is { } weight ? layer.Weight("weight", weight) : layer.Weight("weight", Constant(features, 1f));
        var offset = norm.bias is { } bias ? layer.Weight("bias", bias) : layer.Weight("bias", Constant(features, 0f));
        return layer.Node(
            "BatchNormalization",
            "output",
            [layer.Input, scale, offset, layer.Weight("running_mean", mean), layer.Weight("running_var", variance)],
            OnnxAttribute.Float("epsilon", norm.eps));
    }

    private static string WriteLayerNorm(OnnxLayer layer)
    {
        var norm = layer.Module<LayerNorm>();
        var scale = norm.weight is { } weight
            ? layer.Weight("weight", weight)
            : layer.Weight("weight", TorchSharp.torch.ones(norm.normalized_shape));
        return layer.Node(
            "LayerNormalization",
            "output",
            norm.bias is { } bias ? [layer.Input, scale, layer.Weight("bias", bias)] : [layer.Input, scale],
            OnnxAttribute.Int("axis", -norm.normalized_shape.Length),
            OnnxAttribute.Float("epsilon", norm.eps));
    }

    private static string WriteFlatten(OnnxLayer layer)
    {
        var flatten = layer.Module<Flatten>();
        var (start, end) = (FromStart(flatten.start_dim, layer.Rank), FromStart(flatten.end_dim, layer.Rank));
        if (start == end)
            return layer.Input;
        if (start == 1 && end == layer.Rank - 1)
            return layer.Map("Flatten", OnnxAttribute.Int("axis", 1));

        // In a new shape, 0 stands for the size at the same place, and one -1 for what remains.
        var merged = layer.Shape[start..(end + 1)];
        var shape = Enumerable.Repeat(0L, start)
            .Append(merged.Contains(-1) ? -1 : merged.Aggregate(1L, (product, size) => product * size))
            .Concat(layer.Shape[(end + 1)..])
            .ToArray();
        if (shape.Count(size => size == -1) > 1)
            throw layer.Unsupported("has several resulting dimensions of unknown size; one is supported");
        return layer.Node("Reshape", "output", [layer.Input, layer.Integers("shape", shape)]);
    }

    private static int FromStart(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    private static string WriteGelu(OnnxLayer layer)
    {
        string inner;
        if (layer.Module<GELU>().approximate == GELU.Approximate.tanh)
        {
            var cube = layer.Node("Pow", "cube", [layer.Input, layer.Scalar("three", 3)]);
            var bend = layer.Node("Mul", "bend", [cube, layer.Scalar("bending", 0.044715)]);
            var sum = layer.Node("Add", "bent", [layer.Input, bend]);
            inner = layer.Node("Tanh", "tanh", [layer.Node("Mul", "scaled", [sum, layer.Scalar("scale", Math.Sqrt(2 / Math.PI))])]);
        }
        else
        {
            inner = layer.Node("Erf", "erf", [layer.Node("Div", "scaled", [layer.Input, layer.Scalar("scale", Math.Sqrt(2))])]);
        }

        var gate = layer.Node("Add", "gate", [inner, layer.Scalar("one", 1)]);
        var product = layer.Node("Mul", "product", [layer.Input, gate]);
        return layer.Node("Mul", "output", [product, layer.Scalar("half", 0.5)]);
    }

    private static string WriteSoftplus(OnnxLayer layer)
    {
        const double Negligible = 20;
        var softplus = layer.Module<Softplus>();
        if (softplus.beta == 1 && softplus.threshold >= Negligible)
            return layer.Map("Softplus");
        var beta = layer.Scalar("beta", softplus.beta);
        var scaled = layer.Node("Mul", "scaled", [layer.Input, beta]);
        var smooth = layer.Node("Div", "smooth", [layer.Node("Softplus", "softplus", [scaled]), beta]);
        var beyond = layer.Node("Greater", "beyond", [scaled, layer.Scalar("threshold", softplus.threshold)]);
        return layer.Node("Where", "output", [beyond, layer.Input, smooth]);
    }

    private static float[] Constant(int count, float value)
    {
        var values = new float[count];
        values.AsSpan().Fill(value);
        return values;
    }
}
