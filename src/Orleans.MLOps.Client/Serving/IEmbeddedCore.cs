using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>What an embedded model computes with. Thread-safe.</summary>
internal interface IEmbeddedCore : IDisposable
{
    /// <summary>What it takes and gives as tensors.</summary>
    TensorSignature Tensors { get; }

    /// <exception cref="InvalidInputException">The model does not take the columns.</exception>
    /// <exception cref="FailedPreconditionException">The model takes no columns.</exception>
    double[] Predict(FeatureColumn[] columns);

    /// <summary>Computes tensors that were checked against <see cref="Tensors"/>; all outputs when none is named.</summary>
    /// <exception cref="InvalidInputException">The model cannot compute them.</exception>
    Tensor[] Infer(Tensor[] inputs, string[] outputs);

    /// <summary>Reports from now on what is answered, until what is given back is disposed.</summary>
    /// <exception cref="FailedPreconditionException">It reports already, or what it answers is nothing that is recorded.</exception>
    EmbeddedTelemetry Attach(IServingClient serving, ReportPredictions head, EmbeddedTelemetryOptions options, ProcessEnd process);
}
