using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Writes the layers that move a window over one or two spatial dimensions.</summary>
internal static class OnnxWindowLayers
{
    public static string WriteConvolution(OnnxLayer layer, int dimensions)
    {
        layer.RequireRank(dimensions + 2);
        var convolution = layer.Module<Convolution>();
        if (convolution.padding_mode != PaddingModes.Zeros)
            throw layer.Unsupported($"pads by {convolution.padding_mode}; padding by zeros is supported");
        var dilations = Expand(convolution.dilation, dimensions, 1);
        string[] weights =
            [layer.Weight("weight", convolution.weight), .. convolution.bias is { } bias ? [layer.Weight("bias", bias)] : Array.Empty<string>()];
        return layer.Node(
            "Conv",
            "output",
            [layer.Input, .. weights],
            OnnxAttribute.Ints("kernel_shape", convolution.kernel_size),
            OnnxAttribute.Ints("strides", Expand(convolution.stride, dimensions, 1)),
            OnnxAttribute.Ints("pads", Pads(convolution, dilations)),
            OnnxAttribute.Ints("dilations", dilations),
            OnnxAttribute.Int("group", convolution.groups));
    }

    public static string WriteMaxPool1d(OnnxLayer layer)
    {
        var pool = layer.Module<MaxPool1d>();
        return WriteMaxPool(layer, 1, [pool.kernel_size], List(pool.stride), List(pool.padding), List(pool.dilation), pool.ceil_mode);
    }

    public static string WriteMaxPool2d(OnnxLayer layer)
    {
        var pool = layer.Module<MaxPool2d>();
        return WriteMaxPool(layer, 2, pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode);
    }

    public static string WriteAvgPool1d(OnnxLayer layer)
    {
        var pool = layer.Module<AvgPool1d>();
        return WriteAvgPool(layer, 1, [pool.kernel_size], List(pool.stride), List(pool.padding), pool.ceil_mode, pool.count_include_pad);
    }

    public static string WriteAvgPool2d(OnnxLayer layer)
    {
        var pool = layer.Module<AvgPool2d>();
        if (pool.divisor_override is not null)
            throw layer.Unsupported("has a divisor_override; averages over the window are supported");
        return WriteAvgPool(layer, 2, pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode, pool.count_include_pad);
    }

    public static string WriteGlobalPool(OnnxLayer layer, int dimensions, params long[] outputs)
    {
        layer.RequireRank(dimensions + 2);
        if (outputs.Any(output => output != 1))
            throw layer.Unsupported($"has the output size [{string.Join(", ", outputs)}]; 1 is supported");
        return layer.Map("GlobalAveragePool");
    }

    private static string WriteMaxPool(
        OnnxLayer layer, int dimensions, long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool roundsUp)
    {
        Require(layer, dimensions, roundsUp);
        kernel = Expand(kernel, dimensions, 1);
        return layer.Map(
            "MaxPool",
            OnnxAttribute.Ints("kernel_shape", kernel),
            OnnxAttribute.Ints("strides", Strides(stride, kernel)),
            OnnxAttribute.Ints("pads", Twice(Expand(padding, dimensions, 0))),
            OnnxAttribute.Ints("dilations", Expand(dilation, dimensions, 1)));
    }

    private static string WriteAvgPool(
        OnnxLayer layer, int dimensions, long[] kernel, long[]? stride, long[]? padding, bool roundsUp, bool countsPadding)
    {
        Require(layer, dimensions, roundsUp);
        kernel = Expand(kernel, dimensions, 1);
        return layer.Map(
            "AveragePool",
            OnnxAttribute.Ints("kernel_shape", kernel),
            OnnxAttribute.Ints("strides", Strides(stride, kernel)),
            OnnxAttribute.Ints("pads", Twice(Expand(padding, dimensions, 0))),
            OnnxAttribute.Int("count_include_pad", countsPadding ? 1 : 0));
    }

    private static void Require(OnnxLayer layer, int dimensions, bool roundsUp)
    {
        layer.RequireRank(dimensions + 2);
        if (roundsUp)
            throw layer.Unsupported("has ceil_mode, whose last window ONNX counts otherwise; rounding down is supported");
    }

    private static long[] Pads(Convolution convolution, long[] dilations)
    {
        if (convolution.padding_type is not Padding.Same)
            return Twice(Expand(convolution.padding, dilations.Length, 0));
        long[] total = [.. convolution.kernel_size.Select((size, i) => dilations[i] * (size - 1))];
        return [.. total.Select(size => size / 2), .. total.Select(size => size - size / 2)];
    }

    /// <summary>ONNX names the padding before each dimension first, then the padding behind each.</summary>
    private static long[] Twice(long[] padding) => [.. padding, .. padding];

    private static long[] Strides(long[]? stride, long[] kernel) => stride is null or [] ? kernel : Expand(stride, kernel.Length, 1);

    private static long[] Expand(long[]? values, int dimensions, long fallback) => values switch
    {
        null or [] => [.. Enumerable.Repeat(fallback, dimensions)],
        [var value] => [.. Enumerable.Repeat(value, dimensions)],
        _ => values,
    };

    private static long[]? List(long? value) => value is { } given ? [given] : null;
}
