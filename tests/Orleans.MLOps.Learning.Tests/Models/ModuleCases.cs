using Orleans.MLOps.Learning.Models;
using TorchSharp;
using static TorchSharp.torch.nn;
using Module = TorchSharp.torch.nn.Module;

namespace Orleans.MLOps.Learning.Tests.Models;

/// <summary>
/// Modules that can be exported, each with the shape of its input. They lie apart from the tests, because the discovery of tests looks at the
/// members of test classes and would load TorchSharp into processes that must do without.
/// </summary>
internal static class ModuleCases
{
    public static IReadOnlyDictionary<string, (Func<Module> Create, long[] Shape)> All { get; } = new Dictionary<string, (Func<Module> Create, long[] Shape)>
    {
        ["linear"] = (() => Linear(3, 2), [-1, 3]),
        ["linear without bias"] = (() => Linear(3, 2, hasBias: false), [-1, 3]),
        ["linear of rank 3"] = (() => Linear(3, 2), [-1, 4, 3]),
        ["linear of rank 3 without bias"] = (() => Linear(3, 2, hasBias: false), [-1, -1, 3]),
        ["conv1d"] = (() => Conv1d(2, 4, 3, stride: 2, padding: 1, dilation: 2), [-1, 2, 20]),
        ["conv1d same"] = (() => Conv1d(2, 3, 4, padding: Padding.Same), [-1, 2, -1]),
        ["conv2d"] = (() => Conv2d(4, 6, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2), [-1, 4, 9, 11]),
        ["conv2d without bias"] = (() => Conv2d(2, 3, 3, bias: false), [-1, 2, -1, -1]),
        ["conv2d same"] = (() => Conv2d(2, 3, (4, 3), padding: Padding.Same, dilation: (2, 1)), [-1, 2, 9, 11]),
        ["conv2d valid"] = (() => Conv2d(2, 3, 3, padding: Padding.Valid), [-1, 2, 9, 11]),
        ["batch norm"] = (() => Trained(BatchNorm1d(5), 8, 5), [-1, 5]),
        ["batch norm of sequences"] = (() => Trained(BatchNorm1d(5, eps: 0.1, affine: false), 8, 5, 3), [-1, 5, 3]),
        ["batch norm of images"] = (() => Trained(BatchNorm2d(3), 8, 3, 4, 4), [-1, 3, 4, 4]),
        ["layer norm"] = (() => LayerNorm(6), [-1, 6]),
        ["layer norm of two"] = (() => LayerNorm([3, 4], eps: 0.01, elementwise_affine: false), [-1, 2, 3, 4]),
        ["identity"] = (() => Identity(), [-1, 2]),
        ["dropouts"] = (() => Sequential(Dropout(0.9), AlphaDropout(0.9), Dropout1d(0.9), Dropout2d(0.9)), [-1, 2, 3]),
        ["nothing"] = (() => Sequential(Array.Empty<torch.nn.Module<torch.Tensor, torch.Tensor>>()), [-1, 2]),
        ["flatten"] = (() => Flatten(), [-1, 2, 3, 4]),
        ["flatten the middle"] = (() => Flatten(1, 2), [-1, 2, 3, 4]),
        ["flatten from the end"] = (() => Flatten(-2, -1), [-1, 2, 3, -1]),
        ["flatten all"] = (() => Flatten(0, -1), [-1, 2, 3]),
        ["flatten nothing"] = (() => Flatten(1, 1), [-1, 2, 3]),
        ["relu"] = (() => ReLU(inplace: true), [-1, 7]),
        ["relu6"] = (() => ReLU6(), [-1, 7]),
        ["leaky relu"] = (() => LeakyReLU(0.3), [-1, 7]),
        ["elu"] = (() => ELU(0.7), [-1, 7]),
        ["selu"] = (() => SELU(), [-1, 7]),
        ["gelu"] = (() => GELU(), [-1, 7]),
        ["gelu by tanh"] = (() => GELU(TorchSharp.Modules.GELU.Approximate.tanh), [-1, 7]),
        ["silu"] = (() => SiLU(), [-1, 7]),
        ["sigmoid"] = (() => Sigmoid(), [-1, 7]),
        ["tanh"] = (() => Tanh(), [-1, 7]),
        ["hardswish"] = (() => Hardswish(), [-1, 7]),
        ["hardsigmoid"] = (() => Hardsigmoid(), [-1, 7]),
        ["softplus"] = (() => Softplus(), [-1, 7]),
        ["softplus bent"] = (() => Softplus(2, 1), [-1, 7]),
        ["softmax"] = (() => Softmax(1), [-1, 7, 3]),
        ["log softmax"] = (() => LogSoftmax(-1), [-1, 7]),
        ["max pool 1d"] = (() => MaxPool1d(3, 2, 1, 2), [-1, 2, 15]),
        ["max pool 2d"] = (() => MaxPool2d((3, 2), (2, 1), (1, 0)), [-1, 2, 8, 9]),
        ["max pool 2d plain"] = (() => MaxPool2d(2), [-1, 2, -1, -1]),
        ["avg pool 1d"] = (() => AvgPool1d(3, 2, 1), [-1, 2, 15]),
        ["avg pool 2d"] = (() => AvgPool2d((3, 2), (2, 1), (1, 0), count_include_pad: false), [-1, 2, 8, 9]),
        ["avg pool 2d plain"] = (() => AvgPool2d(2), [-1, 2, 8, 9]),
        ["global pool 1d"] = (() => AdaptiveAvgPool1d(1), [-1, 2, 9]),
        ["global pool 2d"] = (() => AdaptiveAvgPool2d(1), [-1, 2, -1, -1]),
        ["lstm"] = (() => LSTM(3, 4), [-1, -1, 3]),
        ["lstm deep"] = (() => LSTM(3, 4, numLayers: 2, bidirectional: true, batchFirst: true), [-1, -1, 3]),
        ["lstm without bias"] = (() => LSTM(3, 4, bias: false, batchFirst: true), [-1, 5, 3]),
        ["gru"] = (() => GRU(3, 4, batchFirst: true), [-1, 5, 3]),
        ["gru deep"] = (() => GRU(3, 4, numLayers: 3, bidirectional: true), [-1, -1, 3]),
        ["gru without bias"] = (() => GRU(3, 4, bias: false, batchFirst: true), [-1, 5, 3]),
        ["last step"] = (() => Sequential(new RecurrentLayer(LSTM(3, 4, batchFirst: true), lastStep: true), Linear(4, 2)), [-1, -1, 3]),
        ["last step of steps"] = (() => new RecurrentLayer(GRU(3, 4, bidirectional: true), lastStep: true), [-1, -1, 3]),
        ["all steps"] = (() => Sequential(new RecurrentLayer(GRU(3, 4, batchFirst: true)), Linear(4, 2)), [-1, -1, 3]),
    };

    private static TModule Trained<TModule>(TModule norm, params long[] shape)
        where TModule : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        norm.train();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < 5; i++)
            norm.call(torch.randn(shape) * 3 + 1);
        return norm;
    }
}
