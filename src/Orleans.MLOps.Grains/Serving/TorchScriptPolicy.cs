using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Whether TorchScript files are opened here. They are programs: one that names an unknown operator ends the process, and libtorch lets programs
/// touch files. So only an operator who trusts everyone who may register models allows them.
/// </summary>
public sealed record TorchScriptPolicy(bool Allowed)
{
    internal void Require(BlobRef? program)
    {
        if (program is not null && !Allowed)
        {
            throw new FailedPreconditionException(
                "TorchScript files are programs, which this node does not open: start it with --torchscript (AllowTorchScript) if everyone who may register models is trusted, or export the model to ONNX.", "torch_script");
        }
    }
}
