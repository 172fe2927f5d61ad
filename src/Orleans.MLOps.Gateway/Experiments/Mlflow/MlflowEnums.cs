using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The enums of MLflow's messages.</summary>
internal static class MlflowEnums
{
    public static MlflowEnum<RunStatus> OfRun { get; } = new(
        ("RUNNING", RunStatus.Running),
        ("SCHEDULED", RunStatus.Scheduled),
        ("FINISHED", RunStatus.Finished),
        ("FAILED", RunStatus.Failed),
        ("KILLED", RunStatus.Killed));

    /// <summary>Which lifecycles a search looks at.</summary>
    public static MlflowEnum<LifecycleView> View { get; } = new(
        ("ACTIVE_ONLY", LifecycleView.ActiveOnly), ("DELETED_ONLY", LifecycleView.DeletedOnly), ("ALL", LifecycleView.All));

    public static MlflowEnum<LoggedModelStatus> OfModel { get; } = new(
        ("LOGGED_MODEL_PENDING", LoggedModelStatus.Pending),
        ("LOGGED_MODEL_READY", LoggedModelStatus.Ready),
        ("LOGGED_MODEL_UPLOAD_FAILED", LoggedModelStatus.Failed));
}
