namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>The routes that say more of a run.</summary>
internal sealed record GraphQlLookupRoutes(MlflowHandler Experiment, MlflowHandler Versions);
