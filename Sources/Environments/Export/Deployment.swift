/// Where an image of the environment runs outside Berth, and as whom.
///
/// ```swift
/// let deployment = Deployment(image: "lab:1", uid: 1500, gid: 1500, gpus: 1, home: "/home/anna")
/// print(deployment.dockerRun)
/// print(deployment.kubernetes(name: "lab"))
/// ```
public struct Deployment: Sendable {
    /// The image that the Dockerfile was built to.
    public let image: String
    public let uid: UInt32
    public let gid: UInt32
    /// How many; 0 for none.
    public let gpus: Int
    /// The directory that is the person's home, on the host and in the container.
    public let home: String

    public init(image: String, uid: UInt32, gid: UInt32, gpus: Int, home: String) {
        self.image = image
        self.uid = uid
        self.gid = gid
        self.gpus = gpus
        self.home = home
    }

    /// A line for a shell: the person's own files, their UID and GID, Jupyter on the host's loopback only.
    public var dockerRun: String {
        var words = ["docker", "run", "--rm", "--interactive", "--tty", "--user", "\(uid):\(gid)"]
        if gpus > 0 { words += ["--gpus", "\(gpus)"] }
        words += ["--publish", "127.0.0.1:8888:8888", "--volume", "\(home):\(home)", "--env", "HOME=\(home)", "--workdir", home, image]
        return words.map(ShellText.word).joined(separator: " ") + "\n"
    }

    /// A Pod and the claim that is its home. Jupyter is reached by `kubectl port-forward`.
    public func kubernetes(name: String) -> String {
        // RFC 1123, as Kubernetes asks of names.
        let label = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(63))
        let resources = gpus > 0 ? "\n      resources:\n        limits:\n          nvidia.com/gpu: \(gpus)" : ""
        return """
            # kubectl apply -f FILE, then kubectl port-forward pod/\(label) 8888
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: \(YAMLText.scalar("\(label)-home"))
            spec:
              accessModes: [ReadWriteOnce]
              resources:
                requests:
                  storage: 10Gi
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: \(YAMLText.scalar(label))
            spec:
              securityContext:
                runAsUser: \(uid)
                runAsGroup: \(gid)
                fsGroup: \(gid)
                runAsNonRoot: \(uid != 0)
              containers:
                - name: jupyter
                  image: \(YAMLText.scalar(image))
                  workingDir: \(YAMLText.scalar(home))
                  env:
                    - name: HOME
                      value: \(YAMLText.scalar(home))
                  ports:
                    - containerPort: 8888
                  securityContext:
                    allowPrivilegeEscalation: false
                    capabilities:
                      drop: [ALL]
                  volumeMounts:
                    - name: home
                      mountPath: \(YAMLText.scalar(home))\(resources)
              volumes:
                - name: home
                  persistentVolumeClaim:
                    claimName: \(YAMLText.scalar("\(label)-home"))

            """
    }
}
